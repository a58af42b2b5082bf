import "./mantine.css";
import "./app.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { whenSignedOut } from "./api/client.ts";
import { queryClient, startOver } from "./api/queries.ts";
import { App } from "./app.tsx";
import { BASE_PATH, isBelowBase } from "./base-path.ts";
import { theme } from "./theme.ts";

whenSignedOut(() => startOver(null));

if (isBelowBase(location.pathname)) render();
else location.replace(BASE_PATH + location.pathname + location.search + location.hash);

function render(): void {
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <Router base={BASE_PATH}>
            <App />
          </Router>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
