/** Names the subject of the answers where the owner did not. */
export const unnamedSubject = "the owner of this site";
