import type { RequestHandler } from "express";

/**
 * Serves the app below `basePath` and without it: a proxy may strip the prefix or pass it on. Later handlers see each
 * address without the prefix; each `Location` and redirect to a path of ours gets it, because a browser needs it.
 */
export const underBasePath =
  (basePath: string): RequestHandler =>
  (req, res, next) => {
    if (basePath === "") return next();
    const rest = req.url.startsWith(basePath) ? req.url.slice(basePath.length) : null;
    if (rest !== null && /^(?:[/?]|$)/.test(rest)) {
      req.url = rest.startsWith("/") ? rest : `/${rest}`;
      req.originalUrl = req.url;
    }
    const locate = res.location.bind(res);
    res.location = (url) => locate(url.startsWith("/") ? basePath + url : url);
    next();
  };
