using System.Buffers;
using System.Text;
using Sidecar.SidecarWorker.Agents;

namespace Sidecar.Tests.SidecarWorker.Agents;

public sealed class JsonLineTests
{
    [Theory]
    [InlineData("", new string[0], null)]
    [InlineData(" \t ", new string[0], null)]
    [InlineData("""{"a":1}""", new[] { """{"a":1}""" }, null)]
    [InlineData("""  {"a":1}  """, new[] { """{"a":1}""" }, null)]
    [InlineData("""{"a":1}{"b":"}{"}""", new[] { """{"a":1}""", """{"b":"}{"}""" }, null)]
    [InlineData("""{"a":1} {"b":2} {"c":3}""", new[] { """{"a":1}""", """{"b":2}""", """{"c":3}""" }, null)]
    [InlineData("""{"a":{"b":""", new string[0], """{"a":{"b":""")]
    [InlineData("""{"a":1}{"b":""", new[] { """{"a":1}""" }, """{"b":""")]
    [InlineData("""{"a":1} and text""", new[] { """{"a":1}""" }, "and text")]
    [InlineData("warning: {\"a\":1}", new string[0], "warning: {\"a\":1}")]
    [InlineData("""[{"a":1}]""", new string[0], """[{"a":1}]""")]
    [InlineData("42", new string[0], "42")]
    [InlineData("""{"a":1,}""", new string[0], """{"a":1,}""")]
    [InlineData("""{"a":"\ud800"}""", new[] { """{"a":"\ud800"}""" }, null)]
    [InlineData("{\"a\":1}\r", new[] { """{"a":1} """ }, null)]
    [InlineData("{\"a\":\"x\ry\"}", new[] { """{"a":"x y"}""" }, null)]
    public void Split_Line_GivesItsObjectsAndTheRest(string line, string[] objects, string? rest)
    {
        var (found, remainder) = JsonLine.Split(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)));

        Assert.Equal(objects.Select(text => text.Trim()), found.Select(bytes => Encoding.UTF8.GetString(bytes).Trim()));
        Assert.Equal(rest, remainder);
    }

    [Fact]
    public void Split_InvalidUtf8InAString_IsMadeValid()
    {
        byte[] line = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        var (found, remainder) = JsonLine.Split(new ReadOnlySequence<byte>(line));

        Assert.Equal("{\"a\":\"\uFFFD(\"}", Encoding.UTF8.GetString(Assert.Single(found)));
        Assert.Null(remainder);
    }

    [Fact]
    public void Split_DeepObject_IsOneMessage()
    {
        var line = string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200);

        Assert.Equal(line, Encoding.UTF8.GetString(Assert.Single(JsonLine.Split(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line))).Objects)));
    }
}
