// The x87 beyond single results: see below.
#include "x87_box.h"
#include <gtest/gtest.h>

namespace tabpc {
namespace {
TEST(X87, Placeholder) {}
} // namespace
} // namespace tabpc
