const partPattern = /^(?:\*|\d+|[a-z]{3})(?:-(?:\d+|[a-z]{3}))?(?:\/\d+)?$/i;

/** Whether a text is a schedule of Azure's timers: six fields, or five without the seconds. */
export const isNcrontab = (text: string): boolean => {
  const fields = text.trim().split(/\s+/);
  const isKnown = fields.every((field) => field.split(",").every((part) => partPattern.test(part)));
  return isKnown && (fields.length === 5 || fields.length === 6);
};
