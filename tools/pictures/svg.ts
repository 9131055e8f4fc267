/** One mark of a picture: coordinates in pixels, from the top left. */
export type Mark =
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly look?: string;
    }
  | { readonly kind: 'line'; readonly from: Point; readonly to: Point; readonly look?: string }
  | { readonly kind: 'box'; readonly from: Point; readonly to: Point; readonly look?: string }
  | { readonly kind: 'dot'; readonly at: Point; readonly radius: number; readonly look?: string }
  | { readonly kind: 'path'; readonly points: readonly Point[]; readonly look?: string };

export type Point = readonly [x: number, y: number];

/** A picture with its own ground, so that it reads on a light and on a dark page. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Read aloud in place of the picture: what it is, and what it shows. */
  readonly title: string;
  readonly description: string;
  readonly marks: readonly Mark[];
}

/** Few colours, each with enough contrast against the ground. */
const STYLE = `
  .ground { fill: #ffffff; stroke: #d0d4da; }
  text { font: 13px 'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1c2126; }
  .quiet { fill: #565e67; font-size: 12px; }
  .light { fill: #ffffff; }
  .strong { font-weight: bold; }
  .middle { text-anchor: middle; }
  .end { text-anchor: end; }
  line, path { stroke: #565e67; fill: none; }
  .fine { stroke: #d0d4da; }
  .dashed { stroke: #1c2126; stroke-dasharray: 4 3; }
  .limit { stroke: #9b2226; stroke-dasharray: 4 3; }
  .curve { stroke: #1f5189; stroke-width: 1.5; }
  .doubt { fill: #f3d08b; }
  .sent { fill: #1f5189; }
  .shut { fill: #f4c7c3; }
  .counts { fill: #1c2126; }
  .ring { fill: #ffffff; stroke: #1c2126; stroke-width: 1.5; }
  .verdict { fill: #9b2226; }
  .good { fill: #2b6e3f; }`;

/** Writes a picture as an SVG file. */
export function svgOf({ width, height, title, description, marks }: Picture): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>${STYLE}
</style>
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>
${marks.map(elementOf).join('\n')}
</svg>
`;
}

function elementOf(mark: Mark): string {
  const look = mark.look === undefined ? '' : ` class="${mark.look}"`;
  switch (mark.kind) {
    case 'text':
      return `<text${look} x="${px(mark.x)}" y="${px(mark.y)}">${escaped(mark.text)}</text>`;
    case 'line': {
      const [[x1, y1], [x2, y2]] = [mark.from, mark.to];
      return `<line${look} x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
    }
    case 'box': {
      const [[x, y], [right, bottom]] = [mark.from, mark.to];
      return `<rect${look} x="${px(x)}" y="${px(y)}" width="${px(right - x)}" height="${px(bottom - y)}"/>`;
    }
    case 'dot':
      return `<circle${look} cx="${px(mark.at[0])}" cy="${px(mark.at[1])}" r="${mark.radius}"/>`;
    case 'path': {
      const way = mark.points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`);
      return `<path${look} d="${way.join('')}"/>`;
    }
    default:
      return mark satisfies never;
  }
}

/** A tenth of a pixel is more than anybody sees. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
