using System.Collections;
using System.Text;

namespace Sidecar.Tests.SessionApi.Live.Containers;

/// <summary>What is in the containers of living objects, found by following their fields.</summary>
internal static class ContainerContents
{
    /// <summary>The names of the containers that hold something: elements, or work that has not ended.</summary>
    public static SortedSet<string> Full(params ReadOnlySpan<object> roots)
    {
        var full = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>(roots.ToArray());
        while (open.TryPop(out var owner))
        {
            if (!ContainerFields.IsOfProduct(owner.GetType()) || !seen.Add(owner))
            {
                continue;
            }

            foreach (var field in ContainerFields.FieldsOf(owner.GetType()).Where(field => !field.IsStatic))
            {
                if (field.GetValue(owner) is not { } value)
                {
                    continue;
                }

                if (ContainerFields.IsContainer(field.FieldType) && HoldsAnything(value))
                {
                    full.Add(ContainerFields.NameOf(field));
                }

                open.Push(value);
                foreach (var element in ElementsOf(value))
                {
                    open.Push(element);
                }
            }
        }

        return full;
    }

    private static bool HoldsAnything(object value) => value switch
    {
        Task task => !task.IsCompleted,
        TaskCompletionSource source => !source.Task.IsCompleted,
        CancellationTokenSource source => !source.IsCancellationRequested,
        StringBuilder text => text.Length > 0,
        IEnumerable many => many.GetEnumerator().MoveNext(),
        _ => true,
    };

    private static List<object> ElementsOf(object value) => value switch
    {
        IDictionary map => [.. map.Values.Cast<object?>().Concat(map.Keys.Cast<object?>()).OfType<object>()],
        IEnumerable many and not string and not Array => [.. many.Cast<object?>().OfType<object>()],
        _ => [],
    };
}
