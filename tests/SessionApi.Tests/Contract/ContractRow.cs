using System.Text.Json;
using Xunit.Sdk;

namespace Sidecar.Tests.SessionApi.Contract;

/// <summary>One line of the contract with the clients that exist.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path; <c>{id}</c> is a session that exists, <c>{unknown}</c> one that does not, <c>{workDir}</c> its directory.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Shape">
/// JSON with types in place of values: <c>string</c>, <c>number</c>, <c>boolean</c>, <c>null</c>, <c>object</c>, <c>array</c>, <c>any</c>, several
/// with <c>|</c> between them; a member may be absent when its name ends with <c>?</c>. Members that are not named may be there. Of an error the
/// shape is its code.
/// </param>
/// <param name="Body">The JSON body that is sent; null for none.</param>
public sealed record ContractRow(string Method, string Path, int Status, string Shape, string? Body = null)
{
    public override string ToString() => $"{Method} {Path} {Body}";

    /// <summary>Checks an answer against the shape.</summary>
    public static void Check(JsonElement shape, JsonElement value, string at)
    {
        switch (shape.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.True(value.ValueKind == JsonValueKind.Object, $"{at} is {value.GetRawText()}, not an object");
                foreach (var member in shape.EnumerateObject())
                {
                    CheckMember(member, value, at);
                }

                break;
            case JsonValueKind.Array:
                Assert.True(value.ValueKind == JsonValueKind.Array, $"{at} is {value.GetRawText()}, not an array");
                foreach (var (index, entry) in value.EnumerateArray().Index())
                {
                    Check(shape[0], entry, $"{at}[{index}]");
                }

                break;
            default:
                var types = shape.GetString()!.Split('|');
                Assert.True(types.Contains("any") || types.Contains(TypeOf(value)), $"{at} is {value.GetRawText()}, not {shape}");
                break;
        }
    }

    private static void CheckMember(JsonProperty member, JsonElement value, string at)
    {
        var name = member.Name.TrimEnd('?');
        if (value.TryGetProperty(name, out var found))
        {
            Check(member.Value, found, $"{at}.{name}");
        }
        else if (!member.Name.EndsWith('?'))
        {
            throw new XunitException($"{at} has no {name}: {value.GetRawText()}");
        }
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
