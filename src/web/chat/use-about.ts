import { useCallback, useEffect, useState } from "preact/hooks";
import type { Failure } from "../core/answer-event.ts";
import type { About, Backend } from "../core/backend.ts";

interface AboutState {
  readonly about?: About;
  readonly failure?: Failure;
  readonly load: () => void;
}

/** What the app says of itself, asked for at once, and again with `load`. */
export const useAbout = (backend: Backend): AboutState => {
  const [state, setState] = useState<Omit<AboutState, "load">>({});
  const load = useCallback(() => {
    // a visitor who tries another key keeps the form
    setState((before) => (before.failure?.code === "unauthorized" ? before : {}));
    void backend.about().then(setState);
  }, [backend]);
  useEffect(load, [load]);
  return { ...state, load };
};
