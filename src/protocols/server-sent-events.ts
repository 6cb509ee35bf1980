/** An event of a stream of server-sent events. */
export const sseEvent = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/** The last event, by a custom that OpenAI began. */
export const sseDone = "data: [DONE]\n\n";

/** A comment: clients pass it over. */
export const sseKeepAlive = ": keep-alive\n\n";

export const sseContentType = "text/event-stream; charset=utf-8";
