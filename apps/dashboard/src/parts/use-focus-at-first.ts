import { type RefObject, useEffect, useRef } from "react";

/** Takes the focus when it appears: for what comes up inside an open dialog, whose own focus went with what was there before. */
export function useFocusAtFirst<Focusable extends HTMLElement>(): RefObject<Focusable | null> {
  const ref = useRef<Focusable>(null);
  useEffect(() => ref.current?.focus(), []);
  return ref;
}
