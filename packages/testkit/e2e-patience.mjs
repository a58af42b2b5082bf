// Browsers and whole processes take their time where three test files share two cores. jest heeds no `testTimeout` of a project.
import.meta.jest.setTimeout(240_000);
