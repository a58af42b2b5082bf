import { type RefObject, useEffect, useRef } from "react";

/** Takes the focus when the element appears: for content inside an open dialog that replaces the focused content. */
export function useFocusAtFirst<Focusable extends HTMLElement>(): RefObject<Focusable | null> {
  const ref = useRef<Focusable>(null);
  useEffect(() => ref.current?.focus(), []);
  return ref;
}
