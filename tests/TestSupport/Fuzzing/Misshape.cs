using System.Text.Json.Nodes;

namespace Sidecar.Tests.TestSupport.Fuzzing;

/// <summary>Makes JSON that is valid and not what it should be: members that are missing, or of another kind.</summary>
internal sealed class Misshape(Random random)
{
    // JSON can carry half a surrogate pair, a .NET text that is written as JSON cannot.
    private const string HalfPair = "@half";

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1e300", "9223372036854775808", "0.5", "\"\"", "\"x\"", $"\"{HalfPair}\"", "\"/../\\u0000\"", "[]", "{}", "[null,1,\"x\",{}]",
        """{"type":"text","text":null}""", """[{"type":"text"},[[[]]],{"type":7}]""", $"\"{new string('z', 5000)}\"", $"{new string('[', 50)}{new string(']', 50)}",
    ];

    /// <summary>The object with one to three of its values changed or gone, at any depth.</summary>
    public string Of(string json)
    {
        var root = JsonNode.Parse(json)!;
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            Change(root);
        }

        return root.ToJsonString().Replace(HalfPair, "\\ud83d", StringComparison.Ordinal);
    }

    private void Change(JsonNode node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } owner:
                var name = owner.ElementAt(random.Next(owner.Count)).Key;
                if (owner[name] is (JsonObject or JsonArray) and { } member && random.Next(4) > 0)
                {
                    Change(member);
                }
                else if (random.Next(4) == 0)
                {
                    owner.Remove(name);
                }
                else if (random.Next(6) == 0)
                {
                    owner[HalfPair] = Value();
                }
                else
                {
                    owner[name] = Value();
                }

                break;
            case JsonArray { Count: > 0 } list:
                var at = random.Next(list.Count);
                if (list[at] is (JsonObject or JsonArray) and { } item && random.Next(4) > 0)
                {
                    Change(item);
                }
                else
                {
                    list[at] = Value();
                }

                break;
        }
    }

    private JsonNode? Value() => JsonNode.Parse(Values[random.Next(Values.Length)]);
}
