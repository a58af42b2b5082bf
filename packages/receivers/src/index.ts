export { faultOf } from "./addresses.ts";
export { type Attempt, createReceivers, type Message, newSecret, type Receivers } from "./receivers.ts";
