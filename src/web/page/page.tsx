import { render } from "preact";
import { Chat } from "../chat/chat.tsx";
import { createBackend } from "../core/backend.ts";
import { createConversation } from "../core/conversation.ts";
import type { Turn } from "../core/conversation.ts";
import { keep } from "../core/keep.ts";
import { chooseTexts } from "../texts/choose-texts.ts";
import { ThemeButton } from "./theme-button.tsx";

const address = new URL("/api/", location.href).href;
const { language, texts } = chooseTexts(navigator.languages);
document.documentElement.lang = language;

const visitorKey = keep<string>("colophon-key", () => sessionStorage);
const backend = createBackend(address, visitorKey.get);
const conversation = createConversation(
  backend,
  keep<readonly Turn[]>("colophon-conversation", () => sessionStorage),
);
addEventListener("pagehide", conversation.save);

const nameDocument = (subject: string | undefined): void => {
  document.title = subject ? `${texts.askAbout} ${subject}` : texts.askAnything;
};
nameDocument(undefined);

render(
  <Chat
    backend={backend}
    conversation={conversation}
    texts={texts}
    visitorKey={visitorKey}
    onSubject={nameDocument}
  >
    <ThemeButton texts={texts} />
  </Chat>,
  document.querySelector("main") as HTMLElement,
);
