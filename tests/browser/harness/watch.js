// Every complaint of a page fails its test, unless the test said beforehand that it will happen.

export class Watch {
  #complaints = [];
  // The browser reports the 401 of a person who is not signed in, and the requests that a closed page
  // has aborted.
  #expected = [/^failed: GET .* net::ERR_ABORTED$/, /^status 401: GET .*\/session$/, /status of 401 .*\/api\/v1\/session$/];
  requests = [];

  constructor(page) {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#note(`console ${message.type()}: ${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => this.#note(`page error: ${error.stack ?? error.message}`));
    page.on("requestfailed", (request) => this.#note(`failed: ${request.method()} ${request.url()} ${request.failure()?.errorText}`));
    page.on("request", (request) => this.requests.push(request));
    page.on("response", (response) => {
      if (response.status() >= 400) this.#note(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
    });
  }

  /** Says that complaints that match these patterns are part of the test. */
  expect(...patterns) {
    this.#expected.push(...patterns);
  }

  /** Expects responses of these statuses, and the browser's own lines about them. */
  expectStatus(...statuses) {
    for (const status of statuses) this.expect(new RegExp(`^status ${status}:`), new RegExp(`the server responded with a status of ${status}`));
  }

  /** Everything that was not expected. */
  get complaints() {
    return this.#complaints.filter((complaint) => !this.#expected.some((pattern) => pattern.test(complaint)));
  }

  #note(complaint) {
    this.#complaints.push(complaint);
  }
}

/** Reports violations of the CSP as console errors; runs in the page before its code. */
export function reportViolations() {
  addEventListener("securitypolicyviolation", (event) => {
    console.error(`security policy: ${event.violatedDirective} blocked ${event.blockedURI || event.sample}`);
  });
}
