import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** Why a form was not accepted, where no field is at fault. */
export function FormFault({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle />} title={title}>
      {children}
    </Alert>
  );
}
