import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { reads } from "./api/queries.ts";
import { Shell } from "./layout/shell.tsx";
import { ActivityPage } from "./pages/activity/activity-page.tsx";
import { BatchPage } from "./pages/batch/batch-page.tsx";
import { CampaignPage } from "./pages/campaign/campaign-page.tsx";
import { CampaignsPage } from "./pages/campaigns/campaigns-page.tsx";
import { KeysPage } from "./pages/keys/keys-page.tsx";
import { LinesPage } from "./pages/lines/lines-page.tsx";
import { LoginPage } from "./pages/login/login-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { Failure } from "./parts/failure.tsx";

/** Every page of the dashboard; all but the sign-in need a session. */
export function App() {
  return (
    <Switch>
      <Route path="/login" component={LoginPage} />
      <Route>
        <SignedIn />
      </Route>
    </Switch>
  );
}

function SignedIn() {
  const session = useQuery(reads.session());
  const [path] = useLocation();
  if (session.data === null) {
    return <Redirect to={`/login?next=${encodeURIComponent(path + location.search)}`} replace />;
  }
  if (session.isError && !session.data) {
    return (
      <Center mih="100vh" p="md">
        <Failure what="Ringfence" error={session.error} onRetry={() => void session.refetch()} />
      </Center>
    );
  }
  if (!session.data) {
    return (
      <Center mih="100vh">
        <Loader aria-label="Loading Ringfence" />
      </Center>
    );
  }
  return (
    <Shell>
      <Switch>
        <Route path="/">
          <Redirect to="/campaigns" replace />
        </Route>
        <Route path="/campaigns" component={CampaignsPage} />
        <Route path="/campaigns/:id">{({ id }) => <CampaignPage key={id} id={id} />}</Route>
        <Route path="/batches/:id">{({ id }) => <BatchPage key={id} id={id} />}</Route>
        <Route path="/lines" component={LinesPage} />
        <Route path="/keys" component={KeysPage} />
        <Route path="/activity" component={ActivityPage} />
        <Route component={NotFoundPage} />
      </Switch>
    </Shell>
  );
}
