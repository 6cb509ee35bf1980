/** Tries again where the first try was too slow: a publisher that was stopped wakes after every deadline. */
export const onceMore = <T>(work: () => Promise<T>): Promise<T> => work().catch(work);
