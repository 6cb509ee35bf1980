import type { Failure } from "../core/answer-event.ts";
import type { Texts } from "../texts/en.ts";

const names: Readonly<Record<string, keyof Texts>> = {
  network: "errorNetwork",
  cut: "errorCut",
  forbidden: "errorForbidden",
  origin_not_allowed: "errorForbidden",
  unauthorized: "errorUnauthorized",
  too_many_requests: "errorBusy",
  unavailable: "errorUnavailable",
  retrieval_unavailable: "errorUnavailable",
  engine_unavailable: "errorUnavailable",
  generation_unusable: "errorUnavailable",
  misconfigured: "errorUnavailable",
  no_knowledge: "errorNoKnowledge",
  content_filter: "errorFilter",
  deadline_exceeded: "errorDeadline",
  model_failed: "errorBroken",
  body_too_large: "errorTooLong",
  internal: "errorOther",
};

/** What a visitor reads of a failure: in their language where it is a known one, else as the server put it. */
export const failureText = ({ code, message }: Failure, texts: Texts): string => {
  const name = Object.hasOwn(names, code) ? names[code] : undefined;
  return name ? texts[name] : (message ?? texts.errorOther);
};
