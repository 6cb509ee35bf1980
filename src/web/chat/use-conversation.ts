import { useEffect, useState } from "preact/hooks";
import type { Conversation, Turn } from "../core/conversation.ts";

/** The conversation's turns, drawn again with every change. */
export const useConversation = (conversation: Conversation): readonly Turn[] => {
  const [turns, setTurns] = useState(conversation.turns());
  useEffect(() => conversation.subscribe(() => setTurns(conversation.turns())), [conversation]);
  return turns;
};
