#include "planning/flow/sparse_ldl.h"

#include <algorithm>
#include <cassert>
#include <set>

namespace planning {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

}  // namespace

// Minimum degree: the unknown with the fewest neighbours is eliminated next, and its neighbours
// become each other's. The neighbours at that moment are the column's rows.
SparseLdl::SparseLdl(int n, const std::vector<std::pair<int, int>>& couplings) : n_(n) {
  std::vector<std::set<int>> neighbours(at(n));
  for (const auto& [i, j] : couplings) {
    neighbours[at(i)].insert(j);
    neighbours[at(j)].insert(i);
  }
  std::set<std::pair<std::size_t, int>> by_degree;
  for (int i = 0; i < n; ++i) by_degree.insert({neighbours[at(i)].size(), i});
  order_.assign(at(n), 0);
  std::vector<std::vector<int>> below;  // Old indices, by new column.
  for (int next = 0; next < n; ++next) {
    const int pivot = by_degree.begin()->second;
    by_degree.erase(by_degree.begin());
    order_[at(pivot)] = next;
    const std::set<int> around = std::move(neighbours[at(pivot)]);
    below.emplace_back(around.begin(), around.end());
    for (const int i : around) {
      by_degree.erase({neighbours[at(i)].size(), i});
      neighbours[at(i)].erase(pivot);
      for (const int j : around)
        if (j != i) neighbours[at(i)].insert(j);
      by_degree.insert({neighbours[at(i)].size(), i});
    }
  }
  for (auto& rows : below) {
    for (int& i : rows) i = order_[at(i)];
    std::sort(rows.begin(), rows.end());
    column_.push_back(static_cast<int>(rows_.size()));
    rows_.insert(rows_.end(), rows.begin(), rows.end());
  }
  column_.push_back(static_cast<int>(rows_.size()));

  const auto place = [&](int row, int col) {
    const auto begin = rows_.begin() + column_[at(col)], end = rows_.begin() + column_[at(col) + 1];
    return n_ + static_cast<int>(std::lower_bound(begin, end, row) - rows_.begin());
  };
  for (int col = 0; col < n; ++col) {
    update_begin_.push_back(static_cast<int>(updates_.size()));
    for (int a = column_[at(col)]; a < column_[at(col) + 1]; ++a)
      for (int b = a; b < column_[at(col) + 1]; ++b) {
        const int i = rows_[at(a)], j = rows_[at(b)];
        updates_.push_back({i == j ? i : place(j, i), n_ + a, n_ + b});
      }
  }
  update_begin_.push_back(static_cast<int>(updates_.size()));
  l_.assign(at(places()), 0);
  work_.assign(at(n), 0);
}

int SparseLdl::coupling_place(int i, int j) const {
  const int a = order_[at(i)], b = order_[at(j)];
  const int col = std::min(a, b), row = std::max(a, b);
  const auto begin = rows_.begin() + column_[at(col)], end = rows_.begin() + column_[at(col) + 1];
  const auto found = std::lower_bound(begin, end, row);
  assert(found != end && *found == row);
  return n_ + static_cast<int>(found - rows_.begin());
}

bool SparseLdl::factor(const std::vector<double>& values) {
  l_ = values;
  for (int col = 0; col < n_; ++col) {
    const double pivot = l_[at(col)];
    if (!(pivot > 0)) return false;  // Also for NaN.
    const double inverse = 1 / pivot;
    l_[at(col)] = inverse;
    for (int u = update_begin_[at(col)]; u < update_begin_[at(col) + 1]; ++u) {
      const Update& update = updates_[at(u)];
      l_[at(update.target)] -= l_[at(update.a)] * l_[at(update.b)] * inverse;
    }
    for (int a = column_[at(col)]; a < column_[at(col) + 1]; ++a) l_[at(n_ + a)] *= inverse;
  }
  return true;
}

void SparseLdl::solve(std::vector<double>& x) {
  for (int i = 0; i < n_; ++i) work_[at(order_[at(i)])] = x[at(i)];
  for (int col = 0; col < n_; ++col) {
    const double v = work_[at(col)];
    for (int a = column_[at(col)]; a < column_[at(col) + 1]; ++a)
      work_[at(rows_[at(a)])] -= l_[at(n_ + a)] * v;
  }
  for (int i = 0; i < n_; ++i) work_[at(i)] *= l_[at(i)];
  for (int col = n_ - 1; col >= 0; --col) {
    double v = work_[at(col)];
    for (int a = column_[at(col)]; a < column_[at(col) + 1]; ++a)
      v -= l_[at(n_ + a)] * work_[at(rows_[at(a)])];
    work_[at(col)] = v;
  }
  for (int i = 0; i < n_; ++i) x[at(i)] = work_[at(order_[at(i)])];
}

}  // namespace planning
