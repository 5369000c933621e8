"""Support's lookups: what kind of value a search text is, and the names of vendors."""

from collections.abc import Collection

from sqlmodel import Session, col, or_, select

from pipeline.postgres.tables import Product, ValidationError, VendorTable


def is_sku(session: Session, text: str) -> bool:
    """Whether an error or a product has this SKU."""
    of_error = select(ValidationError.error_id).where(ValidationError.sku == text).exists()
    of_product = select(Product.product_id).where(Product.sku == text).exists()
    return session.exec(select(or_(of_error, of_product))).one()


def is_vendor_product_id(session: Session, text: str) -> bool:
    """Whether an error has this vendor product id."""
    of_error = select(ValidationError.error_id).where(ValidationError.vendor_product_id == text).exists()
    return session.exec(select(of_error)).one()


def vendor_names(session: Session, vendor_ids: Collection[str]) -> dict[str, str]:
    names = select(VendorTable.vendor_id, VendorTable.vendor_name).where(col(VendorTable.vendor_id).in_(vendor_ids))
    return dict(session.exec(names).all())
