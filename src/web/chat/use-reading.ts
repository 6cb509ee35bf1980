import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Turn } from "../core/conversation.ts";

interface Reading {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Whether the newest answer goes on below what is seen. */
  readonly isEndBelow: boolean;
  readonly toEnd: () => void;
}

/**
 * Keeps the text still while it is read: a new question moves to the top once, its answer then grows
 * downwards, and nothing scrolls by itself.
 */
export const useReading = (turns: readonly Turn[]): Reading => {
  const scroller = useRef<HTMLDivElement>(null);
  const [isEndBelow, setEndBelow] = useState(false);
  const asked = turns.find(({ state }) => state === "asked")?.id;
  const last = turns.at(-1)?.id;

  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, []);
  useLayoutEffect(() => {
    const turn = scroller.current?.querySelector(`[data-turn="${asked}"]`);
    turn?.scrollIntoView({ block: "start", behavior: pace() });
  }, [asked]);
  useEffect(() => {
    const end = scroller.current?.querySelector(`[data-turn="${last}"] .end`);
    if (!end) return setEndBelow(false);
    const observer = new IntersectionObserver(
      ([entry]) => entry && setEndBelow(!entry.isIntersecting && isBelow(entry)),
      { root: scroller.current },
    );
    observer.observe(end);
    return () => observer.disconnect();
  }, [last]);

  const toEnd = (): void =>
    scroller.current
      ?.querySelector(`[data-turn="${last}"] .end`)
      ?.scrollIntoView({ block: "end", behavior: pace() });
  return { scroller, isEndBelow, toEnd };
};

const isBelow = ({ boundingClientRect, rootBounds }: IntersectionObserverEntry): boolean =>
  boundingClientRect.top >= (rootBounds?.bottom ?? 0);

const pace = (): ScrollBehavior =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
