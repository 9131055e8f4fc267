import './console.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { watchService } from './watch-service.ts';

const root = document.querySelector('#console');
if (root === null) throw new Error('The page has no place for the console.');
watchService();
render(<App />, root);
