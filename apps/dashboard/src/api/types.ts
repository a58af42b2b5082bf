import type { Schemas } from "@ringfence/client";

export type Audit = Schemas["AuditEntry"];
export type Batch = Schemas["Batch"];
export type Call = Schemas["Call"];
export type Campaign = Schemas["Campaign"];
export type Candidate = Schemas["Candidate"];
export type ImportReport = Schemas["CandidatesReport"];
export type Key = Schemas["Key"];
export type LaunchPreview = Schemas["LaunchPreview"];
export type Lines = Schemas["Lines"];
export type NewKey = Schemas["NewKey"];
export type ReasonCount = Schemas["ReasonCount"];
export type Receipt = Schemas["Receipt"];
export type SavedCampaign = Schemas["SavedCampaign"];
export type Session = Schemas["Session"];
export type StoredReceipt = Schemas["StoredReceipt"];
