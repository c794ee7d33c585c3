namespace Sidecar.AppHost.Demo;

/// <summary>Projects of somebody who works on what people see.</summary>
internal static class DemoClientProjects
{
    public static DemoProject Shop { get; } = new(
        "web-shop",
        "typescript",
        [
            ("src/cart.ts", """
                export interface Line { id: string; price: number; count: number }

                export function total(lines: Line[]): number {
                  let sum = 0;
                  for (const line of lines) {
                    sum += line.price * line.count;
                  }
                  return sum;
                }

                """),
            ("package.json", "{\n  \"name\": \"web-shop\",\n  \"scripts\": { \"test\": \"vitest run\" }\n}\n"),
            ("README.md", "# Web shop\n\nThe cart and what is around it.\n"),
        ],
        ("  let sum = 0;\n  for (const line of lines) {\n    sum += line.price * line.count;\n  }\n  return sum;", "  const cents = lines\n    .map(line => Math.round(line.price * 100) * line.count)\n    .reduce((sum, line) => sum + line, 0);\n  return cents / 100;"),
        "npm test",
        " ✓ src/cart.test.ts (12 tests) 38ms\n\n Test Files  1 passed (1)\n      Tests  12 passed (12)",
        " ✗ src/cart.test.ts > total > adds prices exactly\n   AssertionError: expected 0.30000000000000004 to be 0.3",
        [
            ("Rebuild the checkout page step by step", "Let us rebuild the checkout page, one small step at a time."),
            ("Cart total is off by a cent", "The cart shows 0.30000000000000004. Please fix that."),
            ("Keyboard navigation in the menu", "The menu cannot be used with the keyboard."),
            ("Dark mode without a flash", "In dark mode the page flashes white when it loads."),
            ("Shrink the bundle", "Our bundle has 900 kB. What is in it?"),
            ("Lazy-load product images", "Load product images only when they come into view."),
            ("Flaky test in the search box", "The test of the search box fails once in ten runs."),
            ("Translate the checkout into German", "Prepare the checkout for a second language."),
            ("Show stock while typing a quantity", "Show how many are left while somebody types a quantity."),
            ("Explain the state of the cart", "Where does the state of the cart live, and who changes it?"),
        ]);

    public static DemoProject Weather { get; } = new(
        "weather-cli",
        "python",
        [
            ("weather.py", """
                import json
                import urllib.request


                def fetch(city: str) -> dict:
                    with urllib.request.urlopen(f"https://example.org/weather?q={city}") as answer:
                        return json.load(answer)


                def show(city: str) -> None:
                    data = fetch(city)
                    print(f"{city}: {data['temp']}")

                """),
            ("test_weather.py", "from weather import show\n\n\ndef test_show(capsys):\n    assert show\n"),
            ("README.md", "# Weather\n\nSays what the weather is like.\n"),
        ],
        ("    with urllib.request.urlopen(f\"https://example.org/weather?q={city}\") as answer:\n        return json.load(answer)", "    query = urllib.parse.urlencode({\"q\": city})\n    url = f\"https://example.org/weather?{query}\"\n    with urllib.request.urlopen(url, timeout=10) as answer:\n        return json.load(answer)"),
        "pytest -q",
        "18 passed in 0.61s",
        "FAILED test_weather.py::test_city_with_space - http.client.InvalidURL: URL can't contain control characters\n1 failed, 17 passed in 0.58s",
        [
            ("Cities with a space in their name", "weather New York fails with InvalidURL."),
            ("Add a timeout to all requests", "Without network it hangs for minutes. Add a timeout."),
            ("Cache answers for ten minutes", "Do not ask the server again within ten minutes."),
            ("Celsius and Fahrenheit", "Add an option for Fahrenheit."),
            ("Package it with uv", "How do I package this so that others can install it?"),
            ("Type hints everywhere", "Add type hints and make mypy happy."),
            ("A week as a table", "Print the whole week as a table."),
            ("Replace print with logging", "Use logging for what is not the answer."),
            ("Test without the network", "The tests need the network. Change that."),
            ("Explain decorators with an example", "Can you explain decorators with something from this code?"),
        ]);

    public static DemoProject Recipes { get; } = new(
        "recipe-notes",
        "sql",
        [
            ("schema.sql", """
                create table recipe (
                    id integer primary key,
                    title text not null,
                    minutes integer
                );

                """),
            ("queries.sql", "select title from recipe where minutes <= 30 order by title;\n"),
            ("README.md", "# Recipes\n\nWhat we cook, and what is missing for it.\n"),
        ],
        ("    title text not null,\n    minutes integer\n);", "    title text not null unique,\n    minutes integer check (minutes > 0)\n);\n\ncreate table ingredient (\n    recipe_id integer not null references recipe (id) on delete cascade,\n    name text not null,\n    grams integer not null\n);"),
        "sqlite3 :memory: < schema.sql",
        "(no output)",
        "Error: near line 9: in prepare, no such table: main.recipes (1)",
        [
            ("A schema for ingredients", "Recipes need ingredients. How would you model that?"),
            ("Shopping list from three recipes", "Write a query that makes a shopping list for several recipes."),
            ("Find recipes without an ingredient", "Which recipes can I cook without onions?"),
            ("Import the old text files", "I have 80 text files with recipes. Import them."),
            ("Full-text search for recipes", "Add a search over titles and steps."),
            ("Scale a recipe to six people", "Scale a recipe to any number of people."),
            ("Why is this join so slow?", "The join with ingredients takes seconds since the import."),
            ("Remove doubled recipes", "Some recipes are there twice with small differences."),
            ("Plan a small web page for it", "Plan a small web page for the recipes, nothing fancy."),
            ("Back up the database", "What is the right way to back up a SQLite file that is in use?"),
        ]);
}
