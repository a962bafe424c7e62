// Purpose: reads attention archives.
#include "core/io/attention_reader.h"

#include "core/io/npz.h"

namespace nscope::io {

Result<AttentionReader> AttentionReader::open(const std::string& path)
{
    auto zip = ZipReader::open(path);
    if (!zip)
        return fail(zip.error());
    AttentionReader reader(*std::move(zip));
    reader.m_path = path;
    const auto ids = readNpzArray(reader.m_zip, "ids");
    if (!ids)
        return fail(ids.error().at({.file = path}));
    if (const auto* texts = ids->as<std::string>())
        reader.m_ids = *texts;
    else if (ids->elementCount() > 0)
        return fail(ErrorCode::Parse, "The ids should be texts.", {.file = path, .record = "ids"});
    return reader;
}

Result<data::AttentionMap> AttentionReader::read(std::size_t record, int layer) const
{
    const std::string place = "/" + std::to_string(record) + "/layer" + std::to_string(layer);
    const Where where{.file = m_path, .record = m_ids[record]};
    if (!m_zip.contains("attention" + place + ".npy"))
        return fail(ErrorCode::NotFound, "There is no attention of layer " + std::to_string(layer) + " for this record.", where);
    const auto weights = readNpzArray(m_zip, "attention" + place);
    const auto heads = readNpzArray(m_zip, "heads" + place);
    const auto queries = readNpzArray(m_zip, "queries" + place);
    const auto keyStart = readNpzArray(m_zip, "key_start" + place);
    for (const auto* array : {&weights, &heads, &queries, &keyStart})
        if (!*array)
            return fail(array->error().at(where));
    const auto numbers = weights->toDoubles();
    const auto headNumbers = heads->toIntegers();
    const auto starts = keyStart->toIntegers();
    const auto* tokens = queries->as<std::string>();
    const bool isGood = numbers && headNumbers && starts && starts->size() == 1 && tokens && weights->shape.size() == 3
        && weights->shape[0] == std::int64_t(headNumbers->size()) && weights->shape[1] == std::int64_t(tokens->size());
    if (!isGood)
        return fail(ErrorCode::Parse, "The attention should be heads × queries × positions, with heads, queries and key_start.", where);
    data::AttentionMap map;
    map.layer = layer;
    map.heads.assign(headNumbers->begin(), headNumbers->end());
    map.queries = *tokens;
    map.keyStartNt = starts->front();
    map.keyCount = weights->shape[2];
    map.weights_HQK.assign(numbers->begin(), numbers->end());
    return map;
}

}  // namespace nscope::io
