/** What a route decided: a status and, unless it is 204, a JSON body. */
export interface Answer {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

/** The words Retell documents for each refusal. */
const MESSAGES: Record<number, string> = {
  400: "Invalid request format, please check API reference.",
  401: "API key is missing or invalid.",
  402: "Trial has ended, please add payment method.",
  404: "The requested resource was not found.",
  422: "Cannot find requested asset under given api key.",
  429: "Account rate limited, please throttle your requests.",
};

/** An answer in the shape of every Retell error; without a message, the documented one of that status. */
export function refuse(status: number, message?: string): Answer {
  const words = message ?? MESSAGES[status] ?? (status < 500 ? MESSAGES[400] : "An unexpected server error occurred.");
  return { status, body: { status: "error", message: words } };
}
