import { ageText } from '../model/format.ts';
import { Loading, ProblemBox } from './message.tsx';
import { attention, now, queues } from './state.ts';

/** How much waits, and how long the oldest has waited. */
export function QueuePanel() {
  const { value, problem } = queues.value;
  const waiting = attention.value.value?.orders.filter(({ status }) => status === 'RECEIVED') ?? [];
  const oldest = Math.min(...waiting.map(({ since }) => since));
  return (
    <section class="queues" aria-labelledby="queues-title">
      <h2 id="queues-title">Queues</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Queue</th>
            <th scope="col">waiting</th>
            <th scope="col">in work</th>
            <th scope="col">oldest</th>
          </tr>
        </thead>
        <tbody>
          {value?.map(({ name, waiting: count, inFlight, oldestAgeS }) => (
            <tr key={name} class={name.includes('dead') && count > 0 ? 'bad' : ''}>
              <th scope="row">{name.replace('.fifo', '').replaceAll('-', ' ')}</th>
              <td class="figure">{count}</td>
              <td class="figure">{inFlight}</td>
              <td class="figure">{oldestAgeS === undefined ? '–' : ageText(oldestAgeS * 1_000)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">orders not sent yet</th>
            <td class="figure">{attention.value.value === undefined ? '–' : waiting.length}</td>
            <td class="figure">–</td>
            <td class="figure">{waiting.length === 0 ? '–' : ageText(now.value - oldest)}</td>
          </tr>
        </tbody>
      </table>
      {value === undefined && problem === undefined && <Loading what="queues" />}
      {problem !== undefined && <ProblemBox problem={problem} />}
    </section>
  );
}
