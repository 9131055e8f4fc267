/** Where in a template a value stands: what an error must name for a person to find it. */
export type Place = {
  readonly stackName: string;
  readonly logicalId: string;
  readonly property: string;
};

/** A template asks for something that cannot be run here, or a value that cannot be known. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly place: Place;

  constructor(place: Place, problem: string) {
    super(
      `${place.stackName}: resource ${place.logicalId}, property ${place.property}: ${problem}`,
    );
    this.place = place;
  }
}
