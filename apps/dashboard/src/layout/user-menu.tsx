import { Button, Menu, useMantineColorScheme } from "@mantine/core";
import { IconApi, IconCheck, IconChevronDown, IconLogout } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { startOver } from "../api/queries.ts";
import { BASE_PATH } from "../base-path.ts";
import { useSession } from "../session.ts";

const SCHEMES = [
  ["auto", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

/** Who is signed in and in which role, the colour scheme, and the sign-out. */
export function UserMenu() {
  const { name, role } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useMutation({
    mutationFn: () => api.DELETE("/v1/session"),
    onSuccess: () => startOver(null),
  });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          px="sm"
          style={{ flexShrink: 0 }}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`Signed in as ${name}, ${role}`}
        >
          {role}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="rf-wrap">
          Signed in as {name} ({role})
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        {SCHEMES.map(([scheme, label]) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={colorScheme === scheme && <IconCheck size={14} aria-label="chosen" />}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component="a" href={`${BASE_PATH}/docs`} leftSection={<IconApi size={14} aria-hidden />}>
          API documentation
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={14} aria-hidden />} onClick={() => signOut.mutate()}>
          {signOut.isError ? "Not signed out; try again" : "Sign out"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
