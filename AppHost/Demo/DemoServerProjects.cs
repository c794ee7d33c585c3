namespace Sidecar.AppHost.Demo;

/// <summary>Projects of somebody who works on servers.</summary>
internal static class DemoServerProjects
{
    public static DemoProject Orders { get; } = new(
        "orders-api",
        "csharp",
        [
            ("src/OrderTotals.cs", """
                namespace Orders;

                public static class OrderTotals
                {
                    public static decimal Of(Order order)
                    {
                        var sum = 0m;
                        foreach (var line in order.Lines)
                        {
                            sum += line.Price * line.Count;
                        }

                        return sum;
                    }
                }

                """),
            ("src/Order.cs", """
                namespace Orders;

                public sealed record Order(string Id, IReadOnlyList<OrderLine> Lines, decimal Discount = 0);

                public sealed record OrderLine(string Article, decimal Price, int Count);

                """),
            ("README.md", "# Orders\n\nTakes orders and says what they cost.\n"),
        ],
        ("""
                    sum += line.Price * line.Count;
                }

                return sum;
        """, """
                    if (line.Count <= 0)
                    {
                        throw new ArgumentException($"{line.Article} is ordered {line.Count} times.");
                    }

                    sum += line.Price * line.Count;
                }

                return Math.Round(sum * (1 - order.Discount), 2);
        """),
        "dotnet test",
        "Passed!  - Failed: 0, Passed: 42, Skipped: 0, Total: 42, Duration: 1 s",
        "Failed Totals_OfADiscountedOrder_AreRounded\n  Expected: 89.99\n  Actual:   89.991\nFailed!  - Failed: 1, Passed: 41, Total: 42",
        [
            ("Round order totals to cents", "The totals of discounted orders have three decimals. Can you find out why?"),
            ("Reject orders with a negative count", "An order with a count of -1 was accepted yesterday. That must not happen."),
            ("Explain how discounts are applied", "Explain to me how discounts are applied, I am new here."),
            ("Page through the order history", "GET /orders returns everything at once. Add paging."),
            ("Make order creation idempotent", "Clients retry POST /orders and we get doubles. What would you do?"),
            ("Find the slow query in the report", "The monthly report takes 40 seconds, please look into it."),
            ("Add a health endpoint", "We need a health endpoint for the load balancer."),
            ("Move validation out of the controller", "The controller has 300 lines, most of it validation. Clean it up."),
            ("Write tests for order totals", "Write tests for OrderTotals, edge cases too."),
            ("Upgrade to .NET 10", "What do we have to change for .NET 10?"),
        ]);

    public static DemoProject Shipper { get; } = new(
        "log-shipper",
        "go",
        [
            ("shipper.go", """
                package shipper

                import "time"

                func Ship(lines <-chan string, send func([]string) error) {
                	batch := make([]string, 0, 100)
                	for line := range lines {
                		batch = append(batch, line)
                		if len(batch) == cap(batch) {
                			send(batch)
                			batch = batch[:0]
                		}
                	}
                }

                const interval = 5 * time.Second

                """),
            ("go.mod", "module example.org/shipper\n\ngo 1.24\n"),
            ("README.md", "# Log shipper\n\nSends lines in batches.\n"),
        ],
        ("\t\t\tsend(batch)\n\t\t\tbatch = batch[:0]", "\t\t\tif err := send(batch); err != nil {\n\t\t\t\tretry(batch, err)\n\t\t\t}\n\t\t\tbatch = make([]string, 0, 100)"),
        "go test ./...",
        "ok  \texample.org/shipper\t0.412s",
        "--- FAIL: TestShip_LastBatch (0.00s)\n    shipper_test.go:31: got 100 lines, want 142\nFAIL\texample.org/shipper\t0.398s",
        [
            ("Do not lose the last batch", "The last lines before a stop are missing. Where do they go?"),
            ("Retry failed batches with backoff", "When the server is down for a moment we lose batches. Add a retry."),
            ("Flush on a timer", "Quiet services do not ship anything for hours. Flush every few seconds."),
            ("Why does memory grow overnight?", "Memory grows by 200 MB each night. Help me to find the leak."),
            ("Compress batches with zstd", "How much would we save with zstd, and is it worth it?"),
            ("Add a metrics endpoint", "Expose how many lines were shipped, dropped and retried."),
            ("Read journald as well", "Can it read from journald as well as from files?"),
            ("Shut down gracefully on SIGTERM", "Make it stop cleanly on SIGTERM."),
            ("Race in the batch buffer", "go test -race complains about the batch buffer."),
            ("Benchmark the parser", "Write a benchmark for the line parser."),
        ]);

    public static DemoProject Home { get; } = new(
        "home-infra",
        "bash",
        [
            ("backup.sh", """
                #!/usr/bin/env bash
                set -euo pipefail

                target=/mnt/backup
                tar -czf "$target/home.tar.gz" /srv/home
                echo "done"

                """),
            ("compose.yaml", "services:\n  proxy:\n    image: caddy:2\n    ports: [\"443:443\"]\n"),
            ("README.md", "# Home\n\nThe small server under the stairs.\n"),
        ],
        ("tar -czf \"$target/home.tar.gz\" /srv/home\necho \"done\"", "day=$(date +%F)\ntar -czf \"$target/home-$day.tar.gz.part\" /srv/home\nmv \"$target/home-$day.tar.gz.part\" \"$target/home-$day.tar.gz\"\nfind \"$target\" -name 'home-*.tar.gz' -mtime +14 -delete\necho \"done: $day\""),
        "shellcheck backup.sh",
        "(no output)",
        "In backup.sh line 5:\ntar -czf $target/home.tar.gz /srv/home\n         ^-----^ SC2086: Double quote to prevent globbing and word splitting.",
        [
            ("Keep two weeks of backups", "The backup overwrites itself each night. Keep two weeks."),
            ("Renew certificates automatically", "The certificate expired again. How do I make that automatic?"),
            ("Plan the move to a new disk", "Plan how I move everything to the new disk with little downtime."),
            ("Why is the proxy slow?", "Pages through the proxy take three seconds, directly they do not."),
            ("Close the open ports", "Which ports are open to the outside, and which of them do I need?"),
            ("Restore test for the backups", "I have never tried to restore. Write me a test for that."),
            ("Send a mail when the disk is full", "Tell me when the disk is nearly full."),
            ("Tidy up the compose file", "Clean up compose.yaml, it has grown."),
            ("Power usage of the server", "What could I switch off to save power?"),
            ("Write a runbook", "Write a one-page runbook for my partner, in case I am away."),
        ]);
}
