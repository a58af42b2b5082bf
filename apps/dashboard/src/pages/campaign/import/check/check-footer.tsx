import { Button, Group, Progress, Text } from "@mantine/core";
import { count, counted, share } from "../../../../parts/format.ts";
import classes from "../import.module.css";
import type { Check } from "./use-check.ts";

/** How many rows can be imported, as soon as every row has been read, and the button that imports them. */
export function CheckFooter(props: {
  check: Check;
  isPossible: boolean;
  isImporting: boolean;
  onBack: () => void;
  onImport: () => void;
}) {
  const { check, isPossible, isImporting, onBack, onImport } = props;
  const { sifted, progress } = check;
  const isChecking = isPossible && !sifted;
  return (
    <Group className={classes.footer} justify="space-between" gap="sm">
      <div className={classes.footerWords}>
        {isChecking && (
          <>
            <Text size="sm">
              Checking every row: {count(progress.rows)} so far
              {progress.share !== null && `, ${share(Math.floor(progress.share * 100), 100)} of the file`}
            </Text>
            <Progress size="sm" mt={6} value={(progress.share ?? 0) * 100} aria-label="Rows checked" />
          </>
        )}
        <Text size="sm" role="status">
          {isImporting && sifted
            ? `Importing ${counted(sifted.taken, "candidate")}. A million take minutes; leave this page open.`
            : sifted &&
              isPossible &&
              `${sifted.rejected === 0 ? "All" : `${count(sifted.taken)} of`} ${counted(sifted.rows, "row")} can be imported.`}
        </Text>
      </div>
      <Button variant="default" onClick={onBack}>
        {isImporting ? "Cancel" : "Back"}
      </Button>
      <Button loading={isImporting} disabled={!isPossible} onClick={onImport}>
        {sifted && isPossible ? `Import ${counted(sifted.taken, "candidate")}` : "Import"}
      </Button>
    </Group>
  );
}
