import type { Audit } from "../api/types.ts";
import { count, counted } from "./format.ts";

/** What was done, in words that follow the name of whoever did it. */
export function auditWords({ action, detail }: Pick<Audit, "action" | "detail">): string {
  const number = (name: string) => Number(detail[name] ?? 0);
  const text = (name: string) => String(detail[name] ?? "");
  switch (action) {
    case "campaign.create":
      return "created the campaign";
    case "campaign.update":
      return detail.status === "active" ? "activated the campaign" : `changed ${Object.keys(detail).join(", ")}`;
    case "candidates.import": {
      const [duplicates, rejected] = [number("duplicates"), number("rejected_count")];
      return `imported ${counted(number("created"), "candidate")}${duplicates > 0 ? `, ${counted(duplicates, "duplicate")} skipped` : ""}${rejected > 0 ? `, ${count(rejected)} rejected` : ""}`;
    }
    case "campaign.launch":
      return `launched ${counted(number("total_candidates"), "call")}${detail.include === "unreached" ? " (unreached ones too)" : ""}`;
    case "batch.cancel":
      return `paused a batch: ${receipt(number)}${hangup(detail)}`;
    case "campaign.stop":
      return `stopped all: ${receipt(number)}${hangup(detail)}`;
    case "lines.change": {
      const changes = [
        ...(detail.limit === undefined ? [] : [`the limit to ${counted(number("limit"), "line")}`]),
        ...(detail.calls_per_second === undefined
          ? []
          : [
              number("calls_per_second") === 0
                ? "the pace to no limit"
                : `the pace to ${text("calls_per_second")} a second`,
            ]),
      ];
      return `set ${changes.join(" and ")}`;
    }
    case "lines.resume":
      return `lifted the hold (${text("reason")})`;
    case "key.create":
      return `made the ${text("role")} key "${text("name")}" (${text("prefix")}...)`;
    case "key.delete":
      return `deleted the key "${text("name")}" (${text("prefix")}...)`;
  }
}

const receipt = (number: (name: string) => number): string =>
  `${count(number("cancelled_now"))} cancelled, ${counted(number("in_progress_calls"), "call was", "calls were")} finishing`;
const hangup = (detail: Audit["detail"]): string => (detail.mode === "hangup" ? " and hung up" : "");
