/** How the document client writes: an absent field is absent in the item too. */
export const documentSettings = { marshallOptions: { removeUndefinedValues: true } } as const;
