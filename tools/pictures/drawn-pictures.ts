import { drawBudget } from './draw-budget.ts';
import { drawDoubt } from './draw-doubt.ts';
import { stateDiagram } from './state-machine.ts';
import { svgOf } from './svg.ts';

/** A file of the documentation as the code draws it. */
export interface Drawn {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

const PAGE = 'docs/explanation.md';
const DIAGRAM = /```mermaid\n[\s\S]*?```/;

/** Draws every picture that is made from runs of the domain code. */
export function drawnPictures(read: (path: string) => string): readonly Drawn[] {
  return [
    { path: 'docs/pictures/doubt.svg', text: svgOf(drawDoubt()) },
    { path: 'docs/pictures/budget.svg', text: svgOf(drawBudget()) },
    { path: PAGE, text: withDiagram(read(PAGE)) },
  ];
}

/** Puts the state machine where the page has it. */
function withDiagram(page: string): string {
  if (!DIAGRAM.test(page)) throw new Error(`${PAGE} has no mermaid diagram to be replaced.`);
  return page.replace(DIAGRAM, () => `\`\`\`mermaid\n${stateDiagram()}\n\`\`\``);
}
