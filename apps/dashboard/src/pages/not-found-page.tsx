import { Button, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { PageTitle } from "../parts/page-title.tsx";

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <Stack align="flex-start">
      <PageTitle title="There is no such page" />
      <Text>The address may be mistyped, or what it named may be gone.</Text>
      <Button component={Link} href="/campaigns">
        To the campaigns
      </Button>
    </Stack>
  );
}
