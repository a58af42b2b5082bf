import { Alert, Button, Card, Center, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { api } from "../../api/client.ts";
import { codeOf, isAway, wordsOf } from "../../api/errors.ts";
import { reads, startOver } from "../../api/queries.ts";
import { BASE_PATH } from "../../base-path.ts";
import { Logo } from "../../layout/logo.tsx";
import { safeNext } from "./safe-next.ts";

/** Signs in with an API key, pasted once, or automatically with the token of a link. */
export function LoginPage() {
  const [key, setKey] = useState("");
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const session = useQuery(reads.session());
  const next = safeNext(search.get("next"));
  const go = () => (next.startsWith("/queues") ? location.assign(BASE_PATH + next) : navigate(next, { replace: true }));

  const signIn = useMutation({
    mutationFn: (by: { key: string } | { token: string }) => api.POST("/v1/session", { body: by }),
    onSuccess: (signedIn) => {
      startOver(signedIn);
      go();
    },
  });

  const tried = useRef(false);
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  useEffect(() => {
    document.title = "Sign in - Ringfence";
    if (!token || tried.current) return;
    tried.current = true;
    history.replaceState(null, "", location.pathname + location.search);
    signIn.mutate({ token });
  }, [token, signIn]);
  useEffect(() => {
    // After a sign-in on this page the redirect is already under way.
    if (session.data && !signIn.isPending && !signIn.isSuccess && !tried.current) go();
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== "") signIn.mutate({ key: key.trim() });
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Card withBorder shadow="sm" padding="xl" w="100%" maw={420}>
        <form onSubmit={submit}>
          <Stack>
            <Group gap="xs">
              <Logo />
              <Title order={1} size="h3">
                Ringfence
              </Title>
            </Group>
            <Text c="dimmed" size="sm">
              Paste an API key. Whoever runs Ringfence gives you one; what you may do here depends on it.
            </Text>
            <PasswordInput
              label="API key"
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoComplete="current-password"
              data-autofocus
              autoFocus
              spellCheck={false}
            />
            {signIn.error && (
              <Alert role="alert" color="red" variant="light" title={faultOf(signIn.error).title}>
                {faultOf(signIn.error).detail}
              </Alert>
            )}
            <Button type="submit" loading={signIn.isPending} disabled={key.trim() === ""}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}

function faultOf(error: Error): { title: string; detail: string } {
  if (codeOf(error) === "unauthenticated") {
    return {
      title: "Not signed in",
      detail: "The key or link is wrong, has expired, was already used, or was deleted.",
    };
  }
  if (isAway(error)) {
    return { title: "The server does not answer", detail: "Nothing is wrong with your key. Try again in a moment." };
  }
  return { title: "Not signed in", detail: wordsOf(error) };
}
