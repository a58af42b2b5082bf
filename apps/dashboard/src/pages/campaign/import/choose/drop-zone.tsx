import { Text } from "@mantine/core";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { type DragEvent, type RefObject, useId, useState } from "react";
import classes from "../import.module.css";

/** A drop zone that is also a labelled file input, for mouse, keyboard and screen reader alike. */
export function DropZone({
  onFile,
  input,
}: {
  onFile: (file: File) => void;
  input: RefObject<HTMLInputElement | null>;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  const drag = (isOver: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(isOver);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <div className={classes.zone} data-over={over || undefined}>
      <label
        htmlFor={id}
        className={classes.drop}
        onDragEnter={drag(true)}
        onDragOver={drag(true)}
        onDragLeave={drag(false)}
        onDrop={drop}
      >
        <IconFileSpreadsheet size={36} stroke={1.4} aria-hidden />
        <Text fw={600} span>
          {over ? "Drop it here" : "Choose a CSV or Excel file, or drop it here"}
        </Text>
        <Text size="sm" c="dimmed" span>
          .csv, .tsv, .txt or .xlsx, with or without a header row, up to a million rows
        </Text>
      </label>
      <input
        id={id}
        ref={input}
        type="file"
        className={classes.input}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) onFile(file);
          event.currentTarget.value = ""; // so that the same file can be chosen again after a correction
        }}
      />
    </div>
  );
}
