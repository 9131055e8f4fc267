/** Survivors that change nothing, by file: the line, what was there, what took its place, and why. */
export const EXPLAINED = {};
