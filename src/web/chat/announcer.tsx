import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

const staysMs = 10_000;

/** Has a screen reader say a text once; a reader of the page does not come across it again. */
export const Announcer = ({ text }: { readonly text: string }): JSX.Element => {
  const [said, setSaid] = useState("");
  useEffect(() => {
    setSaid(text);
    const timer = setTimeout(() => setSaid(""), staysMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
};
