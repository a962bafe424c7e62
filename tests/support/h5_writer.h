// Purpose: writes small .h5 files through the HDF5 library, as Keras does through h5py. An independent check of our
// own reader, which shares no code with it.
#pragma once

#include <hdf5.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace nscope::tests {

/// Closes what it holds at its end.
class H5Handle {
public:
    H5Handle(hid_t id, herr_t (*close)(hid_t)) : m_id(id), m_close(close) {}
    H5Handle(H5Handle&& other) noexcept : m_id(std::exchange(other.m_id, -1)), m_close(other.m_close) {}
    H5Handle& operator=(H5Handle&&) = delete;
    ~H5Handle()
    {
        if (m_id >= 0)
            m_close(m_id);
    }
    operator hid_t() const { return m_id; }

private:
    hid_t m_id;
    herr_t (*m_close)(hid_t);
};

inline H5Handle h5File(const std::string& path)
{
    return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose};
}
inline H5Handle h5Group(hid_t parent, const std::string& name)
{
    return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose};
}
inline H5Handle h5Space(const std::vector<hsize_t>& shape)
{
    return {H5Screate_simple(int(shape.size()), shape.data(), nullptr), H5Sclose};
}
inline H5Handle h5Options() { return {H5Pcreate(H5P_DATASET_CREATE), H5Pclose}; }

inline void h5Attribute(hid_t object, const std::string& name, hid_t type, hid_t space, const void* values)
{
    const H5Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    H5Awrite(attribute, type, values);
}

/// Texts of equal width, as numpy's S dtype; none gives an empty float64 array, as Keras does.
inline void h5Texts(hid_t object, const std::string& name, const std::vector<std::string>& texts)
{
    std::size_t width = 1;
    for (const std::string& text : texts)
        width = std::max(width, text.size());
    std::string values;
    for (std::string text : texts) {
        text.resize(width);
        values += text;
    }
    const H5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, width);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    h5Attribute(object, name, texts.empty() ? H5T_IEEE_F64LE : hid_t(type), h5Space({texts.size()}), values.data());
}

/// Texts of any length, as h5py stores Python's str; a single one is stored as a scalar.
inline void h5VariableTexts(hid_t object, const std::string& name, const std::vector<std::string>& texts)
{
    std::vector<const char*> values;
    for (const std::string& text : texts)
        values.push_back(text.c_str());
    const H5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, H5T_VARIABLE);
    const hsize_t count = texts.size();
    const H5Handle space(count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr), H5Sclose);
    h5Attribute(object, name, type, space, values.data());
}

inline void h5Numbers(hid_t group, const std::string& name, hid_t type, const std::vector<hsize_t>& shape,
                      const void* values, hid_t options = H5P_DEFAULT)
{
    const H5Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(links, 1);
    const H5Handle data(H5Dcreate2(group, name.c_str(), type, h5Space(shape), links, options, H5P_DEFAULT), H5Dclose);
    if (values != nullptr)
        H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
}

/// A data set of texts: of any length, as h5py stores Python's str, or of equal width.
inline void h5TextSet(hid_t group, const std::string& name, const std::vector<std::string>& texts, bool variable)
{
    std::size_t width = 1;
    for (const std::string& text : texts)
        width = std::max(width, text.size());
    const H5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, variable ? H5T_VARIABLE : width);
    std::vector<const char*> references;
    std::string padded;
    for (const std::string& text : texts) {
        references.push_back(text.c_str());
        padded += text + std::string(width - text.size(), '\0');
    }
    const void* values = variable ? static_cast<const void*>(references.data()) : padded.data();
    h5Numbers(group, name, type, {texts.size()}, values);
}

inline void h5Floats(hid_t group, const std::string& name, const std::vector<hsize_t>& shape,
                     const std::vector<float>& values, hid_t options = H5P_DEFAULT)
{
    h5Numbers(group, name, H5T_IEEE_F32LE, shape, values.data(), options);
}

}  // namespace nscope::tests
