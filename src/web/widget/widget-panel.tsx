import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Chat } from "../chat/chat.tsx";
import { Icon, IconButton } from "../chat/icon.tsx";
import type { Backend } from "../core/backend.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Kept } from "../core/keep.ts";
import type { WidgetOptions } from "./read-options.ts";

interface Properties {
  readonly backend: Backend;
  readonly conversation: Conversation;
  readonly options: WidgetOptions;
  /** Whether it was open on the page before. */
  readonly kept: Kept<boolean>;
}

/** Where there is room for nothing beside it, the panel takes the whole screen. */
const small = "(max-width: 30rem), (max-height: 26rem)";

/** The launcher, and the panel with the chat, which asks the app for nothing before it is opened. */
export const WidgetPanel = ({ backend, conversation, options, kept }: Properties): JSX.Element => {
  const { texts, subject, starters } = options;
  const dialog = useRef<HTMLDialogElement>(null);
  const launcher = useRef<HTMLButtonElement>(null);
  // a site is not covered by what no visitor asked for on this page of it
  const [isOpen, setOpen] = useState(!matchMedia(small).matches && (kept.get() ?? options.isOpen));
  const [wasOpened, setOpened] = useState(isOpen);

  const hasActed = useRef(false);

  useEffect(() => {
    const { current } = dialog;
    if (isOpen && current && !current.open) {
      // what was open on the page before does not move the focus
      if (!hasActed.current) current.open = true;
      else if (matchMedia(small).matches) current.showModal();
      else current.show();
    }
    if (!hasActed.current) return;
    if (!isOpen) launcher.current?.focus();
    else if (matchMedia("(pointer: fine)").matches) current?.querySelector("textarea")?.focus();
  }, [isOpen]);

  const turn = (open: boolean): void => {
    hasActed.current = true;
    if (open) setOpened(true);
    setOpen(open);
    kept.set(open);
  };
  const close = (): void => dialog.current?.close();

  return (
    <div class={`widget ${options.position}`} lang={options.language} dir="ltr">
      <button
        type="button"
        class="launcher"
        ref={launcher}
        hidden={isOpen}
        aria-haspopup="dialog"
        aria-label={texts.open}
        onClick={() => turn(true)}
      >
        <Icon name="chat" />
        <span>{texts.open}</span>
      </button>
      <dialog
        ref={dialog}
        aria-label={texts.open}
        onClose={() => turn(false)}
        onKeyDown={({ key }) => key === "Escape" && close()}
      >
        {wasOpened && (
          <Chat
            backend={backend}
            conversation={conversation}
            texts={texts}
            instead={{ ...(subject ? { subject } : {}), ...(starters ? { starters } : {}) }}
          >
            <IconButton icon="close" label={texts.close} onClick={close} />
          </Chat>
        )}
      </dialog>
    </div>
  );
};
