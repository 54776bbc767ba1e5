// Registration of modules. The lists that are really there are tested where they are: block, machine, control.
#include "core/module.h"
#include <gtest/gtest.h>

namespace tabpc {
namespace {

struct Fruit {
    int price;
};
struct Tool {
    int weight;
};

TEST(Modules, RegisterInTheOrderOfTheirList)
{
    const Modules<Fruit> fruit{[](Modules<Fruit>& m) { m.add("pear", {3}); },
                               [](Modules<Fruit>& m) {
                                   m.add("apple", {1}); // a module may bring more than one
                                   m.add("quince", {2});
                               }};
    EXPECT_EQ(fruit.names(), "pear, apple, quince");
    ASSERT_NE(fruit.find("apple"), nullptr);
    EXPECT_EQ(fruit.find("apple")->price, 1);
    EXPECT_EQ(fruit.find("app"), nullptr);
    EXPECT_EQ(Modules<Tool>({}).names(), "") << "a type knows its own modules only";
}

} // namespace
} // namespace tabpc
