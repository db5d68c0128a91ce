//! Cursor pagination: first, previous, next, last; counts are exact up to 10 000 (decision 0023).

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select, Value};
use usher_types::paging::{Cursor, Pages};
use uuid::Uuid;

use crate::Result;

/// Rows of a page.
pub(crate) const PAGE: u64 = 50;
/// Rows are counted exactly up to this number.
pub(crate) const COUNTED: u64 = 10_000;

/// The position of a page: the row next to it, and on which side of the row it lies.
pub(crate) struct Keyset<K> {
    at: Option<(K, Uuid)>,
    forward: bool,
}

impl<K: Clone + Into<Value>> Keyset<K> {
    /// The first page.
    pub(crate) fn first() -> Self {
        Self {
            at: None,
            forward: true,
        }
    }

    /// The page that an address names; `at` is the sort key and id of the row it names. If that row
    /// is gone or out of reach, the first page is meant.
    pub(crate) fn new(cursor: &Cursor, at: Option<(K, Uuid)>) -> Self {
        Self {
            forward: !cursor.last && (cursor.before.is_empty() || at.is_none()),
            at,
        }
    }

    /// The sort key and the id of the row, as parameters of a statement.
    pub(crate) fn at(&self) -> (Option<K>, Option<Uuid>) {
        self.at.clone().unzip()
    }

    /// Whether the page is read towards the end of the list.
    pub(crate) fn is_forward(&self) -> bool {
        self.forward
    }

    /// Selects one page and one more row, ordered by this column and the id; an index on both
    /// serves it.
    pub(crate) fn read<E: EntityTrait>(
        &self,
        select: Select<E>,
        (by, id): (E::Column, E::Column),
        is_descending: bool,
    ) -> Select<E> {
        let ascends = self.forward != is_descending;
        let beyond = self.at.clone().map(|(key, row)| {
            let here = Expr::tuple([Expr::col(by), Expr::col(id)]);
            let there = Expr::tuple([Expr::value(key), Expr::value(row)]);
            if ascends {
                here.gt(there)
            } else {
                here.lt(there)
            }
        });
        let order = if ascends { Order::Asc } else { Order::Desc };
        let select = beyond
            .into_iter()
            .fold(select, |select, beyond| select.filter(beyond));
        select
            .order_by(by, order.clone())
            .order_by(id, order)
            .limit(PAGE + 1)
    }

    /// A page of the rows that were read, in the order of the list.
    pub(crate) fn page<M>(&self, mut rows: Vec<M>, id: impl Fn(&M) -> Uuid) -> Page<M> {
        let beyond = rows.len() as u64 > PAGE;
        rows.truncate(PAGE as usize);
        if !self.forward {
            rows.reverse();
        }
        let (before, after) = if self.forward {
            (self.at.is_some(), beyond)
        } else {
            (beyond, self.at.is_some())
        };
        let id = |row: Option<&M>, is: bool| row.filter(|_| is).map(|row| id(row).to_string());
        let (previous, next) = (id(rows.first(), before), id(rows.last(), after));
        Page {
            is_whole: self.forward && !before && !after,
            rows,
            previous,
            next,
        }
    }
}

/// One page of a list.
pub(crate) struct Page<M> {
    rows: Vec<M>,
    is_whole: bool,
    previous: Option<String>,
    next: Option<String>,
}

impl<M> Page<M> {
    /// The numbers for the foot of the list, and its rows. `count` counts them up to one more than
    /// [`COUNTED`]; it is not run if the page holds all rows.
    pub(crate) async fn counted<E>(
        self,
        count: impl Future<Output = std::result::Result<u64, E>>,
    ) -> Result<(Pages, Vec<M>)>
    where
        crate::Error: From<E>,
    {
        let total = if self.is_whole {
            self.rows.len() as u64
        } else {
            count.await?
        };
        let pages = Pages {
            total: Ord::min(total, COUNTED) as u32,
            more: total > COUNTED,
            previous: self.previous,
            next: self.next,
        };
        Ok((pages, self.rows))
    }
}
