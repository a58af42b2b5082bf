import { Button, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { PageTitle } from "../parts/page-title.tsx";

/** The page for an unknown address. */
export function NotFoundPage() {
  return (
    <Stack align="flex-start">
      <PageTitle title="There is no such page" />
      <Text>The address may be mistyped, or its page may have been deleted.</Text>
      <Button component={Link} href="/campaigns">
        To the campaigns
      </Button>
    </Stack>
  );
}
