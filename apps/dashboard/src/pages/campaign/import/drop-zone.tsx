import { Box, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import classes from "./drop-zone.module.css";

/** Takes a file that is dropped on it or chosen; by keyboard it is an ordinary file field. */
export function DropZone({ fileName, onFile }: { fileName: string | null; onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <Box
      component="label"
      className={classes.zone}
      data-over={over || undefined}
      onDragOver={(event: DragEvent) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconFileUpload size={28} aria-hidden />
      <Text fw={600} className="rf-wrap">
        {fileName ?? "Drop a CSV file here, or choose one"}
      </Text>
      <Text size="sm" c="dimmed">
        The first row may name the columns. Numbers must be international (+).
      </Text>
      <input
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        className={classes.input}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) onFile(file);
          event.currentTarget.value = "";
        }}
      />
    </Box>
  );
}
