// How long each test took, for the table at the end of tools/test.
import { appendFileSync } from 'node:fs';
import { type Reporter, type TestCase, type TestResult } from '@playwright/test/reporter';

export default class Times implements Reporter {
  printsToStdio(): boolean {
    return false;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const file = process.env.USHER_TEST_TIMES;
    if (file) {
      const [, project, spec, ...titles] = test.titlePath();
      appendFileSync(file, `${(result.duration / 1000).toFixed(2)}\t${project}: ${spec}: ${titles.join(' ')}\n`);
    }
  }
}
