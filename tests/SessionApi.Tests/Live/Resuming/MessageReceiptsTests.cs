using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.Tests.SessionApi.Live.Resuming;

public sealed class MessageReceiptsTests
{
    private readonly Bound _total = new("live.receipts", "{message}", "", 1000);

    [Fact]
    public void Add_MoreThanTheCapacity_ForgetsTheOldestThatHasEnded()
    {
        var receipts = new MessageReceipts(2, _total);
        var open = new Turn("u1", "open");
        receipts.Add(open);
        receipts.Add(new Turn("u2", "ended") { Outcome = MessageOutcome.Completed });

        receipts.Add(new Turn("u3", "new"));

        Assert.Same(open, receipts.Find("open"));
        Assert.Null(receipts.Find("ended"));
        Assert.NotNull(receipts.Find("new"));
        Assert.Equal(2, _total.Used);
        receipts.Close();
        Assert.Equal(0, _total.Used);
    }

    [Fact]
    public void Add_TurnWithoutClientId_IsNotRemembered()
    {
        var receipts = new MessageReceipts(2, _total);

        receipts.Add(new Turn("u1", null));

        Assert.Equal(0, receipts.Count);
    }

    [Fact]
    public void UuidOf_SameSessionAndId_IsTheSameUuidOfVersion8()
    {
        var uuid = MessageReceipts.UuidOf("s1", "m1");

        Assert.Equal(uuid, MessageReceipts.UuidOf("s1", "m1"));
        Assert.NotEqual(uuid, MessageReceipts.UuidOf("s1", "m2"));
        Assert.NotEqual(uuid, MessageReceipts.UuidOf("s2", "m1"));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", uuid);
    }
}
