import type {
  AuditView,
  BatchView,
  CallView,
  CampaignView,
  CandidatesReport,
  LaunchPreview as DomainLaunchPreview,
  ReasonCount as DomainReasonCount,
  Receipt as DomainReceipt,
  Json,
  KeyView,
  LinesView,
  NewKeyView,
  SavedCampaignView,
  SessionView,
} from "@ringfence/domain";

export type Audit = Json<AuditView>;
export type Batch = Json<BatchView>;
export type Call = Json<CallView>;
export type Campaign = Json<CampaignView>;
export type ImportReport = Json<CandidatesReport>;
export type Key = Json<KeyView>;
export type LaunchPreview = Json<DomainLaunchPreview>;
export type Lines = Json<LinesView>;
export type NewKey = Json<NewKeyView>;
export type ReasonCount = Json<DomainReasonCount>;
export type Receipt = Json<DomainReceipt>;
export type SavedCampaign = Json<SavedCampaignView>;
export type Session = Json<SessionView>;
