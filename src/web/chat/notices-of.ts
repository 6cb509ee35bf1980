import type { Turn } from "../core/conversation.ts";
import type { Texts } from "../texts/en.ts";

/** What has to be said honestly about an answer. */
export const noticesOf = ({ start, end, state }: Turn, texts: Texts): readonly string[] => [
  ...(start?.mode === "extractive" ? [texts.noticeExtractive] : []),
  ...(start?.mode === "refused" && !start.degraded && end?.finishReason !== "content_filter"
    ? [texts.noticeRefused]
    : []),
  ...(start?.degraded ? [texts.noticeDegraded] : []),
  ...(end?.finishReason === "length" ? [texts.noticeLength] : []),
  ...(end?.finishReason === "content_filter" ? [texts.noticeFilter] : []),
  ...(state === "stopped" ? [texts.noticeStopped] : []),
];
