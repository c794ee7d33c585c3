using System.Text.Json;
using Sidecar.Contracts;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SidecarWorker.Agents;
using Sidecar.SidecarWorker.Sessions;

namespace Sidecar.Tests.SidecarWorker.Sessions;

public sealed class SessionPartsTests
{
    [Theory]
    [InlineData("""{"type":"user","uuid":"u1","message":{"content":"secret"}}""", "user", "u1", null, null)]
    [InlineData("""{"type":"control_request","request_id":"r1","request":{"subtype":"interrupt"}}""", "control_request", null, "r1", "interrupt")]
    [InlineData("""{"type":"control_response","response":{"subtype":"success","request_id":"r2"}}""", "control_response", null, "r2", null)]
    [InlineData("""{"type":5,"uuid":null,"request":"x","response":[]}""", null, null, null, null)]
    [InlineData("{}", null, null, null, null)]
    public void InputSummary_OfAMessage_HasWhoItWasOnly(string message, string? type, string? uuid, string? requestId, string? subtype)
    {
        using var document = JsonDocument.Parse(message);

        var summary = InputSummary.Of(new AgentInput { MessageId = "m1", LaunchId = "run", Message = document.RootElement });

        Assert.Equal(new AgentInputTaken("m1", type, uuid, requestId, subtype), summary);
    }

    [Fact]
    public void RecentUuids_OfAnyForm_AreKnownUntilTheyAreTooManyAndCounted()
    {
        var bound = new Bound("uuids", "{uuid}", "Uuids.", 100);
        var uuids = new RecentUuids(3, bound);
        var uuid = Guid.NewGuid().ToString();

        Assert.Equal([true, true, true, false, false], new[] { uuid, "msg_1", "msg_2", uuid, "msg_1" }.Select(uuids.Add));
        Assert.Equal(3, bound.Used);
        Assert.Equal([true, true], new[] { "msg_3", uuid }.Select(uuids.Add)); // the oldest has left
        Assert.Equal(3, bound.Used);
        uuids.Clear();
        Assert.Equal(0, bound.Used);
        Assert.True(uuids.Add("msg_3"));
    }

    [Theory]
    [InlineData("""{"type":"user","message":{"uuid":"inner"},"uuid":"u1"}""", "u1")]
    [InlineData("""{"type":"user","message":{"uuid":"inner"}}""", null)]
    [InlineData("""{"uuid":7,"parent_uuid":"x"}""", null)]
    public void MessageHead_Uuid_IsTheMessagesOwn(string message, string? uuid) =>
        Assert.Equal(uuid, MessageHead.Read(System.Text.Encoding.UTF8.GetBytes(message)).Uuid);

    [Fact]
    public void RecentIds_BeyondTheCapacity_ForgetsTheOldest()
    {
        var ids = new RecentIds(2);

        Assert.True(ids.Add("a"));
        Assert.True(ids.Add("b"));
        Assert.False(ids.Add("a")); // known; it does not get younger by that
        Assert.True(ids.Add("c"));

        Assert.Equal([false, true, true], new[] { "a", "b", "c" }.Select(ids.Contains));
        ids.Clear();
        Assert.False(ids.Contains("c"));
        Assert.True(ids.Add("c"));
    }
}
