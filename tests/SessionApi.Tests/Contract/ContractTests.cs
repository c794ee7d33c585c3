using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Contract;

/// <summary>Asks for every row of the contract, each of a server of its own, and checks status, content type, member names and types.</summary>
public sealed class ContractTests
{
    private const string Unknown = "6f1c0000-0000-4000-8000-00000000dead";

    [Theory]
    [MemberData(nameof(ContractTable.Rows), MemberType = typeof(ContractTable))]
    public Task Row_Asked_IsAnsweredAsClientsExpect(ContractRow row) => CheckAsync(row);

    [Theory]
    [InlineData("""{"a":"string"}""", """{"a":1}""")]
    [InlineData("""{"a":"string"}""", """{}""")]
    [InlineData("""{"a":["number"]}""", """{"a":[1,"2"]}""")]
    [InlineData("""{"a":{"b":"string|null"}}""", """{"a":{"b":true}}""")]
    public void Shape_OfSomethingElse_IsSeen(string shape, string value) => Assert.ThrowsAny<Exception>(() => ContractRow.Check(Json(shape), Json(value), "$"));

    private static async Task CheckAsync(ContractRow row)
    {
        await using var server = new SessionServer();
        await File.WriteAllTextAsync(Path.Combine(server.Home.WorkDir, "readme.txt"), "hello\n");
        var inWorkDir = $$"""
            ,"cwd":"{{JsonEncodedText.Encode(server.Home.WorkDir)}}"
            """;
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("hello", more: inWorkDir), TranscriptHome.Assistant("hello to you"));
        using var client = server.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), Fill(row.Path, Uri.EscapeDataString(server.Home.WorkDir)));
        request.Content = row.Body is null ? null : HttpAnswers.Json(Fill(row.Body, server.Home.WorkDir));

        using var response = await client.SendAsync(request);

        if (row.Status >= 400)
        {
            Assert.NotEqual("", await response.ErrorAsync(row.Status, row.Shape));
            return;
        }

        Assert.Equal(row.Status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        ContractRow.Check(Json(row.Shape), await response.JsonAsync(), "$");
    }

    private static string Fill(string text, string workDir) => text
        .Replace("{id}", TranscriptHome.Id, StringComparison.Ordinal)
        .Replace("{unknown}", Unknown, StringComparison.Ordinal)
        .Replace("{workDir}", workDir, StringComparison.Ordinal);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
