import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconDownload } from "@tabler/icons-react";
import { counted } from "../../../../parts/format.ts";
import { useFocusAtFirst } from "../../../../parts/use-focus-at-first.ts";
import type { Opened } from "../plan.ts";
import type { ImportOutcome } from "../use-import.ts";
import { download } from "./download.ts";
import { RejectedRows } from "./rejected-rows.tsx";
import { reportWords } from "./report-words.ts";

/** The result of an import; rejected rows with the reason, and as a file to correct and import again. */
export function Report(props: { opened: Opened; outcome: ImportOutcome; onAgain: () => void; onDone: () => void }) {
  const { opened, outcome, onAgain, onDone } = props;
  const { sifted } = outcome;
  const { title, isDone, sentences } = reportWords(outcome);
  const done = useFocusAtFirst<HTMLButtonElement>();
  return (
    <Stack>
      <Alert
        role="status"
        color={isDone ? "teal" : "yellow"}
        variant="light"
        icon={isDone ? <IconCheck /> : <IconAlertTriangle />}
        title={title}
      >
        {sentences.map((sentence) => (
          <Text size="sm" key={sentence}>
            {sentence}
          </Text>
        ))}
      </Alert>
      {sifted.rejected > 0 && (
        <>
          <RejectedRows opened={opened} sifted={sifted} />
          <Text size="sm">
            The file has {sifted.rejected === 1 ? "the rejected row" : "every rejected row"} with all its columns and
            the reason. Correct the cells and import the file; the column rejected_because is ignored.
          </Text>
        </>
      )}
      <Group justify="flex-end">
        {sifted.rejected > 0 && (
          <Button
            variant="default"
            leftSection={<IconDownload size={18} aria-hidden />}
            onClick={() => download(rejectedName(opened.source.fileName), sifted.rejectedFile)}
          >
            Download {counted(sifted.rejected, "rejected row")}
          </Button>
        )}
        <Button variant="default" onClick={onAgain}>
          Import more
        </Button>
        <Button onClick={onDone} ref={done}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

/** The rejected rows of `people.xlsx` are downloaded as `people-rejected.csv`. */
const rejectedName = (fileName: string | null): string =>
  `${(fileName ?? "pasted").replace(/\.[^.]*$/, "").replace(/-rejected$/, "")}-rejected.csv`;
